package dev.banhmi.planted.store.wire;

import java.net.Socket;

interface HasASocket {

    Socket socket();
}
