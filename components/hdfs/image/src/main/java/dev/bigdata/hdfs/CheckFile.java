package dev.bigdata.hdfs;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.tools.DFSck;

/** A file of lines that takes three blocks, each with three replicas. */
final class CheckFile {
  static final short REPLICAS = 3;
  static final int BLOCKS = 3;
  private static final int BLOCK_BYTES = 1 << 20;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final Pattern LIVE_REPLICAS = Pattern.compile("Live_repl=(\\d+)");

  private final DistributedFileSystem files;
  private final Path path;

  CheckFile(DistributedFileSystem files, Path path) {
    this.files = files;
    this.path = path;
  }

  /** As many lines, by their numbers, as it takes until the last block has begun. */
  static List<String> lines(IntFunction<String> line) {
    List<String> lines = new ArrayList<>();
    for (long bytes = 0; bytes <= (BLOCKS - 1) * (long) BLOCK_BYTES; bytes += lines.get(lines.size() - 1).length() + 1) {
      lines.add(line.apply(lines.size()));
    }
    return lines;
  }

  /** Writes the file anew; returns once the datanodes have its blocks on their disks. */
  void write(List<String> lines) throws IOException {
    EnumSet<CreateFlag> flags = EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE, CreateFlag.SYNC_BLOCK);
    try (var output =
        files.create(path, FsPermission.getFileDefault(), flags, BUFFER_BYTES, REPLICAS, BLOCK_BYTES, null)) {
      for (String line : lines) {
        output.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
      }
    }
    System.out.println("wrote " + lines.size() + " records in " + BLOCKS + " blocks");
  }

  List<String> read() throws IOException {
    try (var reader = new BufferedReader(new InputStreamReader(files.open(path), StandardCharsets.US_ASCII))) {
      return reader.lines().toList();
    }
  }

  /** Waits until every block has all its replicas, which datanodes report a moment after the write; then asks fsck. */
  void requireReplicas() throws Exception {
    var notYet = new NotYet();
    for (int fewest = fewestReplicas(); fewest < REPLICAS; fewest = fewestReplicas()) {
      notYet.pause("expected " + REPLICAS + " replicas of each block, one has " + fewest);
    }
    String report = fsck();
    List<Integer> live =
        LIVE_REPLICAS.matcher(report).results().map(found -> Integer.valueOf(found.group(1))).toList();
    boolean healthy = report.contains("Status: HEALTHY");
    if (!healthy || live.size() != BLOCKS || live.stream().anyMatch(count -> count != REPLICAS)) {
      throw new CheckFailure(
          "expected %d blocks with %d live replicas each, fsck finds %s with %s"
              .formatted(BLOCKS, REPLICAS, healthy ? "a healthy file" : "no healthy file", live));
    }
    System.out.println("fsck finds it healthy with live replicas of " + live);
  }

  /** The number of datanodes that hold the block that has the fewest. */
  private int fewestReplicas() throws IOException {
    int fewest = Integer.MAX_VALUE;
    for (BlockLocation block : files.getFileBlockLocations(path, 0, Long.MAX_VALUE)) {
      fewest = Math.min(fewest, block.getHosts().length);
    }
    return fewest;
  }

  private String fsck() throws Exception {
    var report = new ByteArrayOutputStream();
    var tool = new DFSck(files.getConf(), new PrintStream(report, true, StandardCharsets.UTF_8));
    int code = tool.run(new String[] {path.toString(), "-files", "-blocks", "-replicaDetails"});
    String text = report.toString(StandardCharsets.UTF_8);
    if (code < 0) {
      throw new CheckFailure("fsck gave no answer: " + text.strip());
    }
    return text;
  }
}
