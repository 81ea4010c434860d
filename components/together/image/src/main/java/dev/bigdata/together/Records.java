package dev.bigdata.together;

import java.util.stream.IntStream;

/**
 * The records of one run: lines {@code nonce,index,value}, whose values follow from the nonce and the index.
 *
 * @param nonce a UUID
 * @param count how many there are
 */
record Records(String nonce, int count) {
  private static final long MODULUS = 1_000_003;

  String line(int index) {
    return nonce + "," + index + "," + value(index);
  }

  /** The sum of all values. */
  long sum() {
    return IntStream.range(0, count).mapToLong(this::value).sum();
  }

  private long value(int index) {
    long factor = Long.parseLong(nonce.substring(0, 8), 16);
    return factor * (index + 1) % MODULUS;
  }
}
