// Makes the tables, takes products.csv in and indexes it, then ends.
const { bootstrap, JobQueueService, RequestContextService, SearchService, TransactionalConnection } = require('@vendure/core');
const { populate } = require('@vendure/core/cli');
const { config } = require('./config');

const initialData = {
  defaultLanguage: 'en',
  defaultZone: 'Europe',
  roles: [],
  taxRates: [{ name: 'Standard Tax', percentage: 20 }],
  shippingMethods: [{ name: 'Standard', price: 599 }],
  paymentMethods: [],
  countries: [{ name: 'United Kingdom', code: 'GB', zone: 'Europe' }],
  collections: [],
};

async function main() {
  const app = await populate(() => bootstrap(config), initialData, `${__dirname}/products.csv`);
  const database = app.get(TransactionalConnection).rawConnection;
  // One by one they would index what is indexed whole just now.
  await database.query('DELETE FROM job_record');
  await app.get(JobQueueService).start();
  const context = await app.get(RequestContextService).create({ apiType: 'admin' });
  await app.get(SearchService).reindex(context);
  for (;;) {
    const [{ left }] = await database.query(`SELECT count(*)::int AS left FROM job_record WHERE NOT "isSettled"`);
    if (!left) break;
    await new Promise(resolve => setTimeout(resolve, 500));
  }
  const [{ indexed }] = await database.query('SELECT count(DISTINCT "productId")::int AS indexed FROM search_index_item');
  console.log(`indexed ${indexed}`);
  await app.close();
  process.exit(0);
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
