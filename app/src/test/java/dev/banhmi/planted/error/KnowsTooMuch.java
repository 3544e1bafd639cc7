package dev.banhmi.planted.error;

import dev.banhmi.planted.legacy.Thing;

interface KnowsTooMuch {

    Thing thing();
}
