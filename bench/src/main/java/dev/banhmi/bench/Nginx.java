package dev.banhmi.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** nginx as the store for downloads, as a proxy, and as a proxy that signs its requests; one worker each. */
final class Nginx {

    static final String LABEL = "nginx";

    /** Debian's place for the module of the package {@code libnginx-mod-http-js}. */
    private static final Path SCRIPTING = Path.of("/usr/lib/nginx/modules/ngx_http_js_module.so");

    private Nginx() {}

    /**
     * A store for GET: its responses carry what those of S3 do for an object that the gateway wrote, and it lists its objects for those that
     * look before they read.
     */
    static Server store(Workshop workshop, boolean tls, List<StoredObject> objects) throws IOException {
        int port = Server.freePort();
        StringBuilder locations = new StringBuilder();
        for (StoredObject object : objects) {
            locations.append("""
                location = /%s/%s {
                  default_type application/octet-stream;
                  add_header x-amz-request-id 0123456789ABCDEF;
                  add_header x-amz-id-2 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef;
                  add_header x-amz-server-side-encryption AES256;
                  add_header x-amz-checksum-crc32c %s;
                  add_header x-amz-checksum-type FULL_OBJECT;
                  add_header x-amz-meta-banhmi-name YnVsaw;
                  add_header x-amz-meta-banhmi-upload 0f8fad5b-d9cb-469f-a165-70867728950e;
                }
                """.formatted(Workshop.BUCKET, object.name(), object.crc32c()));
        }
        Files.writeString(workshop.directory().resolve("store").resolve("listing.xml"), Listing.of(objects));
        return start(workshop, "nginx-store", port, "", """
            map $args $bucket_answer {
              default /listing.xml;
              ~location /location.xml;
            }
            server {
              listen 127.0.0.1:%d%s;
              %s
              root %s;
              %s
              location = /%s { rewrite ^ $bucket_answer last; }
              location = /%s/ { rewrite ^ $bucket_answer last; }
              location = /listing.xml { internal; types { } default_type application/xml; }
              location = /location.xml {
                internal;
                types { }
                default_type application/xml;
                return 200 '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>';
              }
            }
            """.formatted(
                        port,
                        tls ? " ssl" : "",
                        certificate(workshop),
                        workshop.directory().resolve("store"),
                        locations,
                        Workshop.BUCKET,
                        Workshop.BUCKET));
    }

    /** Tuned as is common in production: large buffers, no temporary file, connections to the store kept. */
    static Peer proxy() {
        return new Peer(
                LABEL,
                false,
                Peer.Absence.ofProgram("nginx"),
                setup -> true,
                setup -> proxy(setup, "nginx-proxy", "", "", ""),
                Peer::inBucket);
    }

    /** The same, with every request signed by a script, as where a private bucket is put behind nginx. */
    static Peer signingProxy() {
        return new Peer(
                "nginx + njs",
                false,
                workshop -> Files.exists(SCRIPTING)
                        ? Peer.Absence.ofProgram("nginx").reason(workshop)
                        : Optional.of("libnginx-mod-http-js is not installed"),
                setup -> !setup.writes(),
                Nginx::startSigning,
                Peer::inBucket);
    }

    private static Server startSigning(Setup setup) throws IOException {
        Path script = Files.writeString(setup.workshop().directory().resolve("sign.js"), SigningScript.TEXT);
        return proxy(setup, "nginx-njs", "load_module " + SCRIPTING + ";", """
                js_path %s;
                js_import sign from sign.js;
                js_set $amz_date sign.date;
                js_set $amz_authorization sign.authorization;
                """.formatted(script.getParent()), """
                proxy_set_header Host $proxy_host;
                proxy_set_header x-amz-date $amz_date;
                proxy_set_header x-amz-content-sha256 UNSIGNED-PAYLOAD;
                proxy_set_header Authorization $amz_authorization;
                """);
    }

    private static Server proxy(Setup setup, String name, String modules, String http, String location)
            throws IOException {
        int port = Server.freePort();
        return start(setup.workshop(), name, port, modules, """
            %s
            upstream store {
              server 127.0.0.1:%d;
              keepalive 64;
              keepalive_requests 100000000;
            }
            server {
              listen 127.0.0.1:%d%s;
              %s
              location / {
                proxy_pass %s://store;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_buffers 16 128k;
                proxy_max_temp_file_size 0;
                proxy_request_buffering off;
                client_max_body_size 0;
                client_body_buffer_size 128k;
                %s
              }
            }
            """.formatted(
                        http,
                        setup.storePort(),
                        port,
                        setup.clientTls() ? " ssl" : "",
                        certificate(setup.workshop()),
                        setup.storeScheme(),
                        location));
    }

    private static String certificate(Workshop workshop) {
        return """
            ssl_certificate %1$s;
            ssl_certificate_key %1$s;
            ssl_session_cache shared:SSL:1m;
            """.formatted(workshop.certificate().pem());
    }

    private static Server start(Workshop workshop, String name, int port, String modules, String servers)
            throws IOException {
        Path temporary = Files.createDirectories(workshop.directory().resolve(name));
        Path file = workshop.directory().resolve(name + ".conf");
        Files.writeString(file, """
            %3$s
            daemon off;
            user root root;
            worker_processes 1;
            pid %1$s/pid;
            events { worker_connections 1024; }
            http {
              access_log off;
              sendfile on;
              tcp_nopush on;
              keepalive_timeout 3600;
              keepalive_requests 100000000;
              client_body_temp_path %1$s/body;
              proxy_temp_path %1$s/proxy;
              fastcgi_temp_path %1$s/fastcgi;
              uwsgi_temp_path %1$s/uwsgi;
              scgi_temp_path %1$s/scgi;
              %2$s
            }
            """.formatted(temporary, servers, modules));
        return Server.start(
                name,
                workshop.directory(),
                port,
                List.of("nginx", "-e", temporary.resolve("error.log").toString(), "-c", file.toString()));
    }
}
