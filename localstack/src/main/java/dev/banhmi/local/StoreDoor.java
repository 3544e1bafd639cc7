package dev.banhmi.local;

import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.gaul.shaded.org.eclipse.jetty.http.HttpHeader;
import org.gaul.shaded.org.eclipse.jetty.server.Handler;
import org.gaul.shaded.org.eclipse.jetty.server.Request;
import org.gaul.shaded.org.eclipse.jetty.server.Response;
import org.gaul.shaded.org.eclipse.jetty.server.Server;
import org.gaul.shaded.org.eclipse.jetty.util.Callback;

/**
 * Lets only those requests through to the embedded store that name loopback as their host and come with a signature, which s3proxy
 * then checks; everything else is refused with 403.
 */
final class StoreDoor extends Handler.Wrapper {
    /*
     * s3proxy 4.1.0 serves requests without a signature from the store that it is built with, as far as what it takes for ACLs
     * allows: those are the modes of directories and files, so that the umask of whoever started the launcher, or copied a file,
     * decides. It knows no other setting with keys, looks at no Host, and offers no place for a filter (S3ProxyHandler,
     * S3Proxy and AbstractNio2BlobStore, checked 2026-11-30). So it is built with a store that refuses everything, signed
     * requests get theirs by their keys, and this stands in front of its server, which is a private field.
     */

    private static final Pattern LOOPBACK =
            Pattern.compile("(?:localhost|127\\.0\\.0\\.1|\\[::1])(?::[0-9]{1,5})?", Pattern.CASE_INSENSITIVE);

    private static final String SIGNATURE = "AWS4-HMAC-SHA256";

    private StoreDoor(Handler s3proxy) {
        super(s3proxy);
    }

    /** What s3proxy is to be built with. */
    static BlobStore closedStore() {
        return (BlobStore) Proxy.newProxyInstance(
                StoreDoor.class.getClassLoader(), new Class<?>[] {BlobStore.class}, (_, _, _) -> {
                    throw S3Exceptions.fromStatusCode(403);
                });
    }

    /**
     * Puts one in front of s3proxy.
     *
     * @throws ReflectiveOperationException when this s3proxy is made differently
     */
    static void install(S3Proxy proxy) throws ReflectiveOperationException {
        Field field = S3Proxy.class.getDeclaredField("server");
        field.setAccessible(true);
        Server server = (Server) field.get(proxy);
        server.setHandler(new StoreDoor(server.getHandler()));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (!isForLoopback(request)) {
            return refuse(response, callback, "The store serves no other host than this machine.");
        }
        if (!isSigned(request)) {
            return refuse(response, callback, "The store serves nobody without its keys.");
        }
        return super.handle(request, response, callback);
    }

    /** By every name that the request gives: in its one Host, and in its target when that is a whole URL. */
    private static boolean isForLoopback(Request request) {
        List<String> hosts = request.getHeaders().getValuesList(HttpHeader.HOST);
        return hosts.size() == 1
                && LOOPBACK.matcher(hosts.getFirst()).matches()
                && LOOPBACK.matcher(String.valueOf(Request.getServerName(request)))
                        .matches();
    }

    private static boolean isSigned(Request request) {
        String authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        return authorization != null
                ? authorization.startsWith(SIGNATURE)
                : SIGNATURE.equals(Request.extractQueryParameters(request).getValue("X-Amz-Algorithm"));
    }

    private static boolean refuse(Response response, Callback callback, String reason) {
        response.setStatus(403);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/xml;charset=utf-8");
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        response.write(
                true,
                ByteBuffer.wrap(("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message>"
                                + reason + "</Message></Error>")
                        .getBytes(StandardCharsets.UTF_8)),
                callback);
        return true;
    }
}
