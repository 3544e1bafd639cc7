
exports.handler = async (event, context) => {
  let reason;
  try {
    await handle(event, context);
  } catch (error) {
    reason = `${error.name}: ${error.message}`;
    console.log(reason);
  }
  await respond(event, reason);
};

function respond(event, reason) {
  const body = JSON.stringify({
    Status: reason ? "FAILED" : "SUCCESS",
    Reason: reason ?? "",
    PhysicalResourceId: event.PhysicalResourceId ?? event.LogicalResourceId,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
  });
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "", "content-length": Buffer.byteLength(body) };
    const request = https.request(event.ResponseURL, { method: "PUT", headers }, (response) => {
      response.resume();
      response.on("end", resolve);
    });
    request.on("error", reject);
    request.end(body);
  });
}
