
const PAUSE = 5000;
const RESERVE = 20000;

exports.handler = async (event, context) => {
  let id, reason;
  try {
    id = await handle(event, context);
  } catch (error) {
    reason = `${error.name}: ${error.message}`;
  }
  await respond(event, id ?? event.PhysicalResourceId ?? event.LogicalResourceId, reason);
};

// An error may pass: a throttle, a policy that has not spread yet. The last one is thrown when there is just time to say so.
async function until(context, attempt) {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      console.log(`${error.name}: ${error.message}`);
      if (context.getRemainingTimeInMillis() < RESERVE) throw error;
      await pause(PAUSE);
    }
  }
}

// Thrown, Lambda runs all of it again.
async function respond(event, id, reason) {
  const body = JSON.stringify({
    Status: reason ? "FAILED" : "SUCCESS",
    Reason: reason ?? "",
    PhysicalResourceId: id,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
  });
  for (let tries = 3; ; tries--) {
    try {
      return await put(event.ResponseURL, body);
    } catch (error) {
      console.log(`CloudFormation was not told: ${error.message}`);
      if (tries === 1) throw error;
      await pause(1000);
    }
  }
}

function put(url, body) {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "", "content-length": Buffer.byteLength(body) };
    const request = https.request(url, { method: "PUT", headers, timeout: PAUSE }, (response) => {
      response.resume();
      if (response.statusCode === 200) resolve();
      else reject(new Error(`HTTP ${response.statusCode}`));
    });
    request.on("timeout", () => request.destroy(new Error("no response")));
    request.on("error", reject);
    request.end(body);
  });
}

function pause(millis) {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
