package dev.banhmi.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** nginx, which serves a file as the store does, and the two proxies that the gateway is compared with, one worker each. */
final class Peers {

    private final Workshop workshop;

    Peers(Workshop workshop) {
        this.workshop = workshop;
    }

    /** A store for GET: its responses carry what those of S3 do for an object that the gateway wrote. */
    Server store(boolean tls, String object, String crc32c) throws IOException {
        int port = Server.freePort();
        return nginx("nginx-store", port, """
            server {
              listen 127.0.0.1:%d%s;
              ssl_certificate %s;
              ssl_certificate_key %s;
              ssl_session_cache shared:SSL:1m;
              root %s;
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
            }
            """.formatted(
                        port,
                        tls ? " ssl" : "",
                        workshop.certificate().pem(),
                        workshop.certificate().pem(),
                        workshop.directory().resolve("store"),
                        Workshop.BUCKET,
                        object,
                        crc32c));
    }

    /** nginx tuned as is common in production: large buffers, no temporary file, connections to the store kept. */
    Server nginxProxy(Server store, boolean tls) throws IOException {
        int port = Server.freePort();
        return nginx("nginx-proxy", port, """
            upstream store {
              server 127.0.0.1:%d;
              keepalive 64;
              keepalive_requests 100000000;
            }
            server {
              listen 127.0.0.1:%d;
              location / {
                proxy_pass %s://store;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_buffers 16 128k;
                proxy_max_temp_file_size 0;
              }
            }
            """.formatted(store.port(), port, tls ? "https" : "http"));
    }

    private Server nginx(String name, int port, String servers) throws IOException {
        Path temporary = Files.createDirectories(workshop.directory().resolve(name));
        Path file = workshop.directory().resolve(name + ".conf");
        Files.writeString(file, """
            daemon off;
            user root root;
            worker_processes 1;
            pid %1$s/pid;
            events { worker_connections 512; }
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
            """.formatted(temporary, servers));
        return Server.start(
                name,
                workshop.directory(),
                port,
                List.of("nginx", "-e", temporary.resolve("error.log").toString(), "-c", file.toString()));
    }

    Server haproxy(Server store, boolean tls) throws IOException {
        int port = Server.freePort();
        Path file = workshop.directory().resolve("haproxy.conf");
        Files.writeString(file, """
            global
              nbthread 1
            defaults
              mode http
              option splice-auto
              http-reuse always
              timeout connect 5s
              timeout client 60s
              timeout server 60s
            frontend front
              bind 127.0.0.1:%d
              default_backend store
            backend store
              server store 127.0.0.1:%d%s
            """.formatted(port, store.port(), tls ? " ssl verify none" : ""));
        return Server.start("haproxy", workshop.directory(), port, List.of("haproxy", "-db", "-f", file.toString()));
    }
}
