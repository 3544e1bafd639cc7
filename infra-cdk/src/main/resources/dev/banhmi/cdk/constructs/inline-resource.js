
exports.handler = async (event, context) => {
  let id, reason;
  try {
    id = await handle(event, context);
  } catch (error) {
    reason = `${error.name}: ${error.message}`;
    console.log(reason);
  }
  await respond(event, id ?? event.PhysicalResourceId ?? event.LogicalResourceId, reason);
};

function respond(event, id, reason) {
  const body = JSON.stringify({
    Status: reason ? "FAILED" : "SUCCESS",
    Reason: reason ?? "",
    PhysicalResourceId: id,
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
