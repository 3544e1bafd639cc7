"""What a service on aiohttp and aiobotocore does with an object: the way of the gateway of 2018, in a few lines.

Arguments: port, store's address, bucket, certificate to show to clients ("-" for plain HTTP). Any certificate of the store is accepted.
"""

import ssl
import sys

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from aiohttp import web

PIECE = 256 * 1024


async def get(request):
    wanted = {"Bucket": request.app["bucket"], "Key": request.match_info["name"]}
    if "Range" in request.headers:
        wanted["Range"] = request.headers["Range"]
    found = await request.app["s3"].get_object(**wanted)
    response = web.StreamResponse(status=206 if "Range" in wanted else 200)
    response.content_length = found["ContentLength"]
    response.content_type = found.get("ContentType", "application/octet-stream")
    response.headers["ETag"] = found["ETag"]
    if "ContentRange" in found:
        response.headers["Content-Range"] = found["ContentRange"]
    await response.prepare(request)
    async with found["Body"] as body:
        async for piece in body.iter_chunks(PIECE):
            await response.write(piece)
    await response.write_eof()
    return response


async def s3_client(app):
    config = AioConfig(s3={"addressing_style": "path"}, max_pool_connections=64)
    session = get_session()
    session.set_credentials("cost", "cost")
    async with session.create_client(
        "s3", region_name="us-east-1", endpoint_url=app["store"], verify=False, config=config
    ) as s3:
        app["s3"] = s3
        yield


def main(port, store, bucket, certificate):
    app = web.Application()
    app["store"], app["bucket"] = store, bucket
    app.cleanup_ctx.append(s3_client)
    app.router.add_get("/{name:.+}", get)
    context = None
    if certificate != "-":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
    web.run_app(app, host="127.0.0.1", port=int(port), ssl_context=context, access_log=None, print=None)


main(*sys.argv[1:])
