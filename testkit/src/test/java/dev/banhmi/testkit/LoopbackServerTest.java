package dev.banhmi.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopbackServerTest {

    @Test
    void servesConnectionsBesideEachOtherAndClosesThem() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        try (LoopbackServer server = LoopbackServer.start(connection -> {
                    both.countDown();
                    both.await();
                    connection.getOutputStream().write('x');
                });
                Socket one = connect(server.uri());
                Socket other = connect(server.uri())) {
            assertThat(one.getInputStream().readAllBytes()).containsExactly('x');
            assertThat(other.getInputStream().readAllBytes()).containsExactly('x');
        }
    }

    @Test
    void servesOnWhenASideHasGoneAway() throws Exception {
        try (LoopbackServer server = LoopbackServer.start(connection -> {
            if (connection.getInputStream().read() < 0) {
                throw new IOException("the other side has gone away");
            }
            connection.getOutputStream().write('x');
        })) {
            try (Socket gone = connect(server.uri())) {
                gone.shutdownOutput();
                assertThat(gone.getInputStream().read()).isNegative();
            }
            try (Socket next = connect(server.uri())) {
                next.getOutputStream().write('y');
                assertThat(next.getInputStream().readAllBytes()).containsExactly('x');
            }
        }
    }

    @Test
    void endsItsConnectionsAndItsThreads() throws Exception {
        BlockingQueue<Socket> adopted = new LinkedBlockingQueue<>();
        CountDownLatch interrupted = new CountDownLatch(1);
        try (LoopbackServer target = LoopbackServer.start(
                connection -> assertThat(connection.getInputStream().read()).isNegative())) {
            LoopbackServer server = LoopbackServer.start(connection -> {
                adopted.add(connection);
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                    throw e;
                }
            });
            try (Socket client = connect(server.uri());
                    Socket other = server.adopt(connect(target.uri()))) {
                Socket accepted = adopted.poll(Patience.HANGS.toSeconds(), TimeUnit.SECONDS);

                server.close();

                assertThat(client.getInputStream().read()).isNegative();
                assertThat(accepted).isNotNull().matches(Socket::isClosed);
                assertThat(other.isClosed()).isTrue();
                assertThat(interrupted.await(Patience.HANGS.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
                assertThatThrownBy(() -> connect(server.uri())).isInstanceOf(ConnectException.class);
                assertThat(server.adopt(connect(target.uri())).isClosed()).isTrue();
            }
        }
    }

    private static Socket connect(URI server) throws IOException {
        Socket socket = new Socket(server.getHost(), server.getPort());
        socket.setSoTimeout((int) Patience.HANGS.toMillis());
        return socket;
    }
}
