// The shop of the peer: what its own starter has, on PostgreSQL, with the search of its core.
const path = require('path');
const { AssetServerPlugin } = require('@vendure/asset-server-plugin');
const { DefaultJobQueuePlugin, DefaultLogger, DefaultSearchPlugin, LogLevel } = require('@vendure/core');

exports.config = {
  apiOptions: { hostname: '127.0.0.1', port: Number(process.env.PORT || 0), adminApiPath: 'admin-api', shopApiPath: 'shop-api' },
  authOptions: {
    tokenMethod: ['bearer'],
    superadminCredentials: { identifier: 'bench', password: 'only-for-benchmarks' },
    cookieOptions: { secret: 'only-for-benchmarks' },
  },
  dbConnectionOptions: {
    type: 'postgres',
    url: process.env.VENDURE_DATABASE_URL,
    synchronize: process.env.VENDURE_SYNCHRONIZE === 'yes',
    logging: false,
  },
  paymentOptions: { paymentMethodHandlers: [] },
  importExportOptions: { importAssetsDir: path.join(__dirname, 'pictures') },
  logger: new DefaultLogger({ level: process.env.VENDURE_SYNCHRONIZE === 'yes' ? LogLevel.Info : LogLevel.Warn }),
  plugins: [
    AssetServerPlugin.init({ route: 'assets', assetUploadDir: path.join(__dirname, 'assets') }),
    DefaultJobQueuePlugin.init({ pollInterval: 100 }),
    DefaultSearchPlugin.init({ bufferUpdates: false, indexStockStatus: true }),
  ],
};
