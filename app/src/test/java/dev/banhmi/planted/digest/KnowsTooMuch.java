package dev.banhmi.planted.digest;

import dev.banhmi.planted.legacy.Thing;

interface KnowsTooMuch {

    Thing thing();
}
