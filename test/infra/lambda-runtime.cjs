/** What Lambda's runtime does, as far as the functions see it. Its argument is the file of the bundle. */
const { handler } = require(process.argv[2]);

process.on('message', ({ id, event }) => {
  const context = { awsRequestId: id, getRemainingTimeInMillis: () => 12_000 };
  Promise.resolve(handler(event, context)).then(
    (answer) => process.send({ id, answer: answer ?? null }),
    (error) => process.send({ id, error: String(error?.name) }),
  );
});
process.send('ready');
