package dev.bigdata.zookeeper;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files with which a server starts: {@code zoo.cfg}, which ZooKeeper rewrites at every change of its ensemble, and beside it
 * who belongs to that, with the version as the ending of the name.
 */
final class Settings {
  private static final String POINTER = "dynamicConfigFile=";

  /** What ZooKeeper has proposed to this member, and was not agreed upon when it went. */
  private static final String NEXT = "zoo.cfg.dynamic.next";

  private final Path folder;
  private final Path given;

  /**
   * @param given the lines of zoo.cfg that a person sets
   * @param folder on the member's volume
   */
  Settings(Path given, Path folder) throws IOException {
    this.given = given;
    this.folder = Files.createDirectories(folder);
  }

  Path file() {
    return folder.resolve("zoo.cfg");
  }

  /** Who belonged to the ensemble when this member was there last; empty if it never was. */
  Optional<Configuration> known() throws IOException {
    Optional<Path> file = pointedAt();
    if (file.isEmpty()) {
      return Optional.empty();
    }
    String name = file.get().toString();
    long version = Long.parseLong(name.substring(name.lastIndexOf('.') + 1), 16);
    Configuration configuration = Configuration.of(Files.readAllLines(file.get()), version);
    return configuration.lines().isEmpty() ? Optional.empty() : Optional.of(configuration);
  }

  private Optional<Path> pointedAt() throws IOException {
    if (!Files.exists(file())) {
      return Optional.empty();
    }
    return Files.readAllLines(file()).stream()
        .filter(line -> line.startsWith(POINTER))
        .map(line -> Path.of(line.substring(POINTER.length())))
        .filter(Files::exists)
        .findFirst();
  }

  /** Takes over the lines that a person sets, and leaves alone who belongs to the ensemble. */
  void renew() throws IOException {
    write(pointedAt().orElseThrow());
  }

  /** Starts with another configuration than is known. What was proposed to this member before is settled by then. */
  void adopt(Configuration configuration) throws IOException {
    Files.deleteIfExists(folder.resolve(NEXT));
    Path members = folder.resolve("zoo.cfg.dynamic." + Long.toHexString(configuration.version()));
    replace(members, configuration.text());
    write(members);
  }

  /** Starts with an ensemble that nobody has founded yet. Only then does ZooKeeper believe that there is no data. */
  void found(Configuration configuration) throws IOException {
    adopt(configuration);
    replace(folder.resolveSibling("initialize"), "");
  }

  private void write(Path members) throws IOException {
    List<String> lines = Files.readAllLines(given);
    replace(
        file(), String.join("\n", Stream.concat(lines.stream(), Stream.of(POINTER + members)).toList()) + "\n");
    try (DirectoryStream<Path> earlier = Files.newDirectoryStream(folder, "zoo.cfg.dynamic.*")) {
      for (Path each : earlier) {
        if (!each.equals(members) && !each.endsWith(NEXT)) {
          Files.delete(each);
        }
      }
    }
  }

  /** Whole, or as it was. */
  private void replace(Path target, String text) throws IOException {
    Path next = target.resolveSibling(target.getFileName() + ".new");
    try (FileChannel file =
        FileChannel.open(
            next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
      file.write(StandardCharsets.UTF_8.encode(text));
      file.force(true);
    }
    Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel names = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  /**
   * True once this member has been told to leave. Those who left may be so many that they had a majority among themselves, by what
   * they know: none of them may start without having asked.
   */
  boolean hasLeft() {
    return Files.exists(folder.resolve("left"));
  }

  void recordLeft(boolean left) throws IOException {
    Path mark = folder.resolve("left");
    if (!left) {
      Files.deleteIfExists(mark);
    } else if (!Files.exists(mark)) {
      try (FileChannel file = FileChannel.open(mark, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        file.force(true);
      }
    }
  }
}
