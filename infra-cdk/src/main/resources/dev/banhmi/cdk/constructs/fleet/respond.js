
function respond(event, physicalId, reason) {
  const body = JSON.stringify({
    Status: reason ? "FAILED" : "SUCCESS",
    Reason: reason ?? "",
    PhysicalResourceId: event.RequestType === "Delete" ? event.PhysicalResourceId : physicalId,
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
