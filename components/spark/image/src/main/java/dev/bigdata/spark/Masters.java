package dev.bigdata.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The pods of all masters, which see by a label who leads, and by a file that they stand by. */
final class Masters implements Election.Standing {
  /** There once this master would follow the one that leads: the chart's probe looks for it, and its command removes it. */
  private static final Path STANDS_BY = Path.of("/tmp/stands-by");

  private final String pod;
  private final boolean isAlone;
  private final LeaderLabel label;

  /** @param pods of all masters; where it is this one alone, no label needs to tell it from others */
  Masters(String pod, List<String> pods) {
    this.pod = pod;
    isAlone = pods.size() < 2;
    label = new LeaderLabel(pods);
  }

  @Override
  public boolean isAlone() {
    return isAlone;
  }

  @Override
  public void leads() {
    if (!isAlone) {
      label.give(pod);
    }
  }

  /** Labels also the one that leads: it may be from a time when it was alone. */
  @Override
  public void standsBy(String leader) {
    if (isAlone) {
      return;
    }
    if (!leader.isEmpty()) {
      label.give(leader);
    }
    try {
      Files.writeString(STANDS_BY, leader);
    } catch (IOException failure) {
      System.err.println("Nobody will know that this master stands by: " + failure);
    }
  }
}
