package dev.bigdata.hdfs;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.protocol.DatanodeInfo;
import org.apache.hadoop.hdfs.protocol.HdfsConstants.DatanodeReportType;
import org.apache.hadoop.hdfs.tools.DFSck;

/**
 * Proves that files are replicated: every block of a new file has three live replicas, fsck finds it healthy, and exactly what was
 * written under this run's nonce is read back, under another nonce nothing.
 *
 * <p>Argument: the number of datanodes there should be. The last line of output is a JSON object of facts; a failure ends with its
 * reason and exit code 1. The file is deleted in either case.
 */
public final class ReplicationCheck {
  private static final short REPLICAS = 3;
  private static final int BLOCK_BYTES = 1 << 20;
  private static final int BLOCKS = 3;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int PAUSE_MILLISECONDS = 200;
  private static final Pattern LIVE_REPLICAS = Pattern.compile("Live_repl=(\\d+)");

  private final Configuration configuration;
  private final int expectedDatanodes;
  private final String nonce = UUID.randomUUID().toString();
  private final Path folder = new Path("/bigdata-check-" + nonce);
  private final Path file = new Path(folder, "records");

  ReplicationCheck(Configuration configuration, int expectedDatanodes) {
    this.configuration = configuration;
    this.expectedDatanodes = expectedDatanodes;
  }

  public static void main(String[] arguments) {
    try {
      if (arguments.length != 1) {
        throw new CheckFailure("needs one argument, the number of datanodes");
      }
      new ReplicationCheck(new HdfsConfiguration(), Integer.parseInt(arguments[0])).run();
      System.exit(0);
    } catch (Exception failure) {
      String kind = failure instanceof CheckFailure ? "" : failure.getClass().getSimpleName() + ": ";
      System.out.println("FAILED: " + kind + failure.getMessage());
      System.exit(1);
    }
  }

  void run() throws Exception {
    long started = System.nanoTime();
    try (var files = (DistributedFileSystem) FileSystem.get(configuration)) {
      int datanodes = liveDatanodes(files).size();
      int written;
      long read;
      try {
        written = write(files);
        requireReplicas(files);
        read = requireRecords(files, written);
      } finally {
        files.delete(folder, true);
      }
      if (files.exists(folder)) {
        throw new CheckFailure("the deleted folder is still there: " + folder);
      }
      System.out.printf(
          "{\"datanodes\":%d,\"blocks\":%d,\"liveReplicas\":%d,\"fsck\":\"HEALTHY\",\"written\":%d,\"read\":%d,"
              + "\"readOfAnotherNonce\":0,\"nonce\":\"%s\",\"milliseconds\":%d}%n",
          datanodes, BLOCKS, REPLICAS, written, read, nonce, (System.nanoTime() - started) / 1_000_000);
    }
  }

  private List<String> liveDatanodes(DistributedFileSystem files) throws IOException {
    List<String> live =
        Arrays.stream(files.getDataNodeStats(DatanodeReportType.LIVE)).map(DatanodeInfo::getHostName).sorted().toList();
    System.out.println("the namenode counts on " + live.size() + " datanodes: " + String.join(", ", live));
    if (live.size() < expectedDatanodes) {
      throw new CheckFailure("expected " + expectedDatanodes + " live datanodes, found " + live.size());
    }
    return live;
  }

  /** Writes records until the last block has begun; returns their number. */
  private int write(DistributedFileSystem files) throws IOException {
    int records = 0;
    long bytes = 0;
    try (var output = files.create(file, false, BUFFER_BYTES, REPLICAS, BLOCK_BYTES)) {
      while (bytes <= (BLOCKS - 1) * (long) BLOCK_BYTES) {
        byte[] record = (nonce + " " + records + "\n").getBytes(StandardCharsets.US_ASCII);
        output.write(record);
        bytes += record.length;
        records += 1;
      }
    }
    System.out.println("wrote " + records + " records, " + bytes + " bytes in " + BLOCKS + " blocks");
    return records;
  }

  /** Waits until every block has all its replicas, which datanodes report a moment after the write; then asks fsck. */
  private void requireReplicas(DistributedFileSystem files) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (fewestReplicas(files) < REPLICAS && System.nanoTime() < deadline) {
      Thread.sleep(PAUSE_MILLISECONDS);
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
  private int fewestReplicas(DistributedFileSystem files) throws IOException {
    int fewest = Integer.MAX_VALUE;
    for (BlockLocation block : files.getFileBlockLocations(file, 0, Long.MAX_VALUE)) {
      fewest = Math.min(fewest, block.getHosts().length);
    }
    return fewest;
  }

  private String fsck() throws Exception {
    var report = new ByteArrayOutputStream();
    var tool = new DFSck(configuration, new PrintStream(report, true, StandardCharsets.UTF_8));
    int code = tool.run(new String[] {file.toString(), "-files", "-blocks", "-replicaDetails"});
    String text = report.toString(StandardCharsets.UTF_8);
    if (code < 0) {
      throw new CheckFailure("fsck gave no answer: " + text.strip());
    }
    return text;
  }

  /** Reads everything back and returns the number of records of this run. */
  private long requireRecords(DistributedFileSystem files, int written) throws IOException {
    String other = UUID.randomUUID().toString();
    long found = 0;
    long foundOther = 0;
    try (var lines = new BufferedReader(new InputStreamReader(files.open(file), StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        found += line.equals(nonce + " " + found) ? 1 : 0;
        foundOther += line.startsWith(other) ? 1 : 0;
      }
    }
    Path never = new Path("/bigdata-check-" + other);
    if (found != written || foundOther != 0) {
      throw new CheckFailure("wrote %d records, read %d of them and %d of another nonce".formatted(written, found, foundOther));
    }
    if (files.exists(never)) {
      throw new CheckFailure("there is a folder that nobody wrote: " + never);
    }
    return found;
  }

  /** What the check found wrong, in words for people. */
  private static final class CheckFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CheckFailure(String message) {
      super(message);
    }
  }
}
