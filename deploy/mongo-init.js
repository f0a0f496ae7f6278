// Run by mongosh as root: a replica set of one, and a user for the gateways who may do nothing but read and write their database.
try {
  rs.status()
} catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error
  rs.initiate({ _id: 'hutong', members: [{ _id: 0, host: 'mongo:27017' }] })
}
while (!db.hello().isWritablePrimary) sleep(200)
const hutong = db.getSiblingDB('hutong')
if (!hutong.getUser('hutong')) {
  hutong.createUser({ user: 'hutong', pwd: process.env.MONGO_HUTONG_PASSWORD, roles: [{ role: 'readWrite', db: 'hutong' }] })
}
