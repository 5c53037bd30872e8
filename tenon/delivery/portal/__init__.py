"""The portal: Django's admin in unfold's dress, entered by our own sign-in. Its pages of rows live in the apps."""
