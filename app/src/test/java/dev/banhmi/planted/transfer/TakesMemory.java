package dev.banhmi.planted.transfer;

import java.lang.foreign.Arena;

interface TakesMemory {

    Arena arena();
}
