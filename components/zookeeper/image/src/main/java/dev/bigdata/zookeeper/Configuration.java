package dev.bigdata.zookeeper;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Who belongs to an ensemble, as ZooKeeper keeps it at {@code /zookeeper/config}.
 *
 * @param lines {@code server.N=…} by the number of the pod, which is N - 1
 * @param version grows with every change; 0 before the first
 */
record Configuration(NavigableMap<Integer, String> lines, long version) {
  private static final String SERVER = "server.";
  private static final String VERSION = "version=";

  static Configuration of(Collection<String> lines, long version) {
    NavigableMap<Integer, String> byOrdinal = new TreeMap<>();
    for (String line : lines) {
      if (line.startsWith(SERVER)) {
        byOrdinal.put(Integer.parseInt(line.substring(SERVER.length(), line.indexOf('='))) - 1, line);
      }
    }
    return new Configuration(byOrdinal, version);
  }

  /** Reads what ZooKeeper writes: a line a server, and its version in hexadecimal digits. */
  static Configuration parse(String text) {
    List<String> lines = text.lines().map(String::strip).toList();
    long version =
        lines.stream()
            .filter(line -> line.startsWith(VERSION))
            .mapToLong(line -> Long.parseLong(line.substring(VERSION.length()), 16))
            .findFirst()
            .orElse(0);
    return of(lines, version);
  }

  /** Whether this pod has a vote. */
  boolean hasVoter(int ordinal) {
    return lines.getOrDefault(ordinal, "").contains(":participant");
  }

  /** The number of its last member. */
  int last() {
    return lines.lastKey();
  }

  /** With one more line, as what nobody has agreed upon yet. */
  Configuration with(String line) {
    Collection<String> all = new ArrayList<>(lines.values());
    all.add(line);
    return of(all, 0);
  }

  /** As it stands in the file of a server. An ensemble that was given a list has no port for clients in it. */
  String text() {
    return lines.values().stream()
        .map(line -> (line.contains(";") ? line : line + ";" + Pods.CLIENT_PORT) + "\n")
        .collect(Collectors.joining());
  }
}
