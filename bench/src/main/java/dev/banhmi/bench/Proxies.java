package dev.banhmi.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Proxies besides nginx: they pass bytes on, sign nothing and verify nothing. */
final class Proxies {

    private Proxies() {}

    static Peer haproxy() {
        return new Peer(
                "HAProxy",
                false,
                Peer.Absence.ofProgram("haproxy"),
                setup -> true,
                Proxies::startHaproxy,
                Peer::inBucket);
    }

    private static Server startHaproxy(Setup setup) throws IOException {
        int port = Server.freePort();
        Path directory = setup.workshop().directory();
        Path file = directory.resolve("haproxy.conf");
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
              bind 127.0.0.1:%d%s
              default_backend store
            backend store
              server store 127.0.0.1:%d%s
            """.formatted(
                port,
                setup.clientTls() ? " ssl crt " + setup.workshop().certificate().pem() : "",
                setup.storePort(),
                setup.storeTls() ? " ssl verify none" : ""));
        return Server.start("haproxy", directory, port, List.of("haproxy", "-db", "-f", file.toString()));
    }

    static Peer caddy() {
        return new Peer(
                "Caddy", false, Peer.Absence.ofProgram("caddy"), setup -> true, Proxies::startCaddy, Peer::inBucket);
    }

    private static Server startCaddy(Setup setup) throws IOException {
        int port = Server.freePort();
        Path directory = setup.workshop().directory();
        Path file = directory.resolve("Caddyfile");
        Files.writeString(file, """
            {
              admin off
              auto_https off
              default_bind 127.0.0.1
              storage file_system %s
              log {
                level ERROR
              }
            }
            %s://127.0.0.1:%d {
              %s
              reverse_proxy %s
            }
            """.formatted(
                directory.resolve("caddy"),
                setup.clientTls() ? "https" : "http",
                port,
                setup.clientTls()
                        ? "tls %1$s %1$s"
                                .formatted(setup.workshop().certificate().pem())
                        : "",
                setup.storeTls()
                        ? "https://127.0.0.1:%d {\n transport http {\n tls_insecure_skip_verify\n }\n }"
                                .formatted(setup.storePort())
                        : "127.0.0.1:" + setup.storePort()));
        return Server.start(
                "caddy",
                directory,
                port,
                List.of("caddy", "run", "--config", file.toString(), "--adapter", "caddyfile"));
    }
}
