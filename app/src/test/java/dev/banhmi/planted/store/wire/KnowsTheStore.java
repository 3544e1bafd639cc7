package dev.banhmi.planted.store.wire;

import dev.banhmi.planted.store.Thing;

interface KnowsTheStore {

    Thing thing();
}
