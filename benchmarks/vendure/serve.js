// As many processes as there are cores, which share a port.
const cluster = require('cluster');
const { bootstrap } = require('@vendure/core');
const { config } = require('./config');

if (cluster.isPrimary) {
  for (let number = 0; number < Number(process.env.WORKERS); number += 1) cluster.fork();
  cluster.on('exit', () => process.exit(1));
  process.on('SIGTERM', () => process.exit(0));
} else {
  process.on('disconnect', () => process.exit(0));
  bootstrap(config).catch(error => {
    console.error(error);
    process.exit(1);
  });
}
