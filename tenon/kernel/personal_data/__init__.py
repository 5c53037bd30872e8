"""What each app holds of a person: how it is handed over and how it is erased.

An app that stores anything about persons registers one or more holdings when it is ready:

    def ready(self) -> None:
        from tenon.platform.files import selectors, services

        register(Holding(name="files", export=selectors.held_of, erase=services.forget))

`tests/architecture/test_personal_data.py` asks every app whose models point to a person.
"""
