package dev.bigdata.kafka;

/**
 * One life of a broker in its cluster: from when it registers in ZooKeeper until it is gone from there.
 *
 * @param broker its number
 * @param epoch the transaction that registered it; each life has another
 */
record Registration(int broker, long epoch) {
  static Registration parse(String line) {
    String[] words = line.split(" ");
    return new Registration(Integer.parseInt(words[0]), Long.parseLong(words[1]));
  }

  @Override
  public String toString() {
    return broker + " " + epoch;
  }
}
