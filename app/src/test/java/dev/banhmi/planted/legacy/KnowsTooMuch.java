package dev.banhmi.planted.legacy;

import dev.banhmi.planted.object.Thing;

interface KnowsTooMuch {

    Thing thing();
}
