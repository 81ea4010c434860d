package dev.bigdata.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/** What this broker is started with, and what it remembers beside its records. */
final class Settings {
  private final Properties properties;
  private final long bytesPerSecond;

  /**
   * @param properties of server.properties and the command line
   * @param bytesPerSecond at which partitions move to it
   */
  Settings(Properties properties, long bytesPerSecond) {
    this.properties = properties;
    this.bytesPerSecond = bytesPerSecond;
  }

  Properties properties() {
    return properties;
  }

  long bytesPerSecond() {
    return bytesPerSecond;
  }

  String zookeeper() {
    return properties.getProperty("zookeeper.connect");
  }

  /** Where clients reach this broker. */
  String address() {
    return properties.getProperty("advertised.listeners", properties.getProperty("listeners")).replaceFirst("^.*://", "");
  }

  int port() {
    return Integer.parseInt(address().substring(address().lastIndexOf(':') + 1));
  }

  Path data() {
    return Path.of(properties.getProperty("log.dirs"));
  }

  /** The cluster that the data was written by; empty for an empty volume. */
  Optional<String> clusterOfData() throws IOException {
    Path file = data().resolve("meta.properties");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Properties found = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      found.load(reader);
    }
    return Optional.ofNullable(found.getProperty("cluster.id"));
  }

  /** Whether it came with nothing, and has not got its share of the partitions since. */
  boolean isNewcomer() {
    return Files.exists(newcomer());
  }

  void beNewcomer() throws IOException {
    Files.createDirectories(newcomer().getParent());
    Files.write(newcomer(), new byte[0]);
  }

  void beMember() throws IOException {
    Files.delete(newcomer());
  }

  private Path newcomer() {
    return data().resolveSibling("newcomer");
  }
}
