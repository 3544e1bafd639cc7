package dev.banhmi.planted.object;

import dev.banhmi.planted.transfer.memory.Room;

interface KnowsARoom {

    Room room();
}
