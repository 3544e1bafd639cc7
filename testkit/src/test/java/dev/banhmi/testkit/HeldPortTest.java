package dev.banhmi.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class HeldPortTest {

    @AutoClose
    private final HeldPort held = new HeldPort();

    HeldPortTest() throws IOException {}

    @Test
    void refusesWhoCallsBeforeAndAfterItListens() throws IOException {
        assertThatThrownBy(this::call).isInstanceOf(ConnectException.class);
        try (ServerSocket listener = held.listen();
                Socket caller = call()) {
            assertThat(listener.getLocalPort()).isEqualTo(held.port());
            assertThat(caller.isConnected()).isTrue();
        }
        assertThatThrownBy(this::call).isInstanceOf(ConnectException.class);
    }

    @Test
    void keepsThePortFromEverybodyElse() {
        assertThatIOException()
                .isThrownBy(() -> new ServerSocket(held.port(), 1, InetAddress.getLoopbackAddress()).close())
                .isInstanceOf(BindException.class);
    }

    private Socket call() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), held.port());
    }
}
