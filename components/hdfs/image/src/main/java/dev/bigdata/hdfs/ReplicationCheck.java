package dev.bigdata.hdfs;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.protocol.DatanodeInfo;
import org.apache.hadoop.hdfs.protocol.HdfsConstants.DatanodeReportType;

/**
 * Proves that files are replicated: every block of a new file has three live replicas, fsck finds it healthy, and exactly what was
 * written under this run's nonce is read back, under another nonce nothing.
 *
 * <p>Argument: the number of datanodes there should be. The last line of output is a JSON object of facts; a failure ends with its
 * reason and exit code 1. The file is deleted in either case.
 */
public final class ReplicationCheck {
  private static final String PREFIX = "/bigdata-check-";

  private final Configuration configuration;
  private final int expectedDatanodes;
  private final String nonce = UUID.randomUUID().toString();
  private final Path folder = new Path(PREFIX + nonce);

  ReplicationCheck(Configuration configuration, int expectedDatanodes) {
    this.configuration = configuration;
    this.expectedDatanodes = expectedDatanodes;
  }

  public static void main(String[] arguments) {
    CheckProgram.run(
        () -> {
          if (arguments.length != 1) {
            throw new CheckFailure("needs one argument, the number of datanodes");
          }
          new ReplicationCheck(new HdfsConfiguration(), Integer.parseInt(arguments[0])).run();
        });
  }

  void run() throws Exception {
    long started = System.nanoTime();
    try (var files = (DistributedFileSystem) FileSystem.get(configuration)) {
      int datanodes = liveDatanodes(files).size();
      List<String> records = CheckFile.lines(index -> nonce + " " + index);
      var file = new CheckFile(files, new Path(folder, "records"));
      long read;
      try {
        file.write(records);
        file.requireReplicas();
        read = requireRecords(files, records, file.read());
      } finally {
        files.delete(folder, true);
      }
      if (files.exists(folder)) {
        throw new CheckFailure("the deleted folder is still there: " + folder);
      }
      System.out.printf(
          "{\"datanodes\":%d,\"blocks\":%d,\"liveReplicas\":%d,\"fsck\":\"HEALTHY\",\"written\":%d,\"read\":%d,"
              + "\"readOfAnotherNonce\":0,\"nonce\":\"%s\",\"milliseconds\":%d}%n",
          datanodes,
          CheckFile.BLOCKS,
          CheckFile.REPLICAS,
          records.size(),
          read,
          nonce,
          (System.nanoTime() - started) / 1_000_000);
    }
  }

  /**
   * Has the namenode take back those that are to be there: the number that it keeps may be of an installation before this one, whose
   * data was kept, or of the time before a change of which it was not told, because it did not run.
   */
  private void takeBack(DistributedFileSystem files) throws IOException, InterruptedException {
    boolean isOutOfDate =
        Arrays.stream(files.getDataNodeStats(DatanodeReportType.LIVE))
            .anyMatch(each -> !each.isInService() && Members.number(each) < expectedDatanodes);
    if (isOutOfDate) {
      System.out.println("the namenode decommissions datanodes that are to be there: it is told that there are " + expectedDatanodes);
      new NameNodePort(files.getUri().getHost()).put(expectedDatanodes);
    }
  }

  /** Those that the namenode counts on; where it has just been replaced, it hears from them one by one. */
  private List<String> liveDatanodes(DistributedFileSystem files) throws IOException, InterruptedException {
    var notYet = new NotYet();
    takeBack(files);
    List<String> live = inService(files);
    while (live.size() < expectedDatanodes) {
      notYet.pause("expected " + expectedDatanodes + " live datanodes, found " + live.size() + ": " + String.join(", ", live));
      live = inService(files);
    }
    System.out.println("the namenode counts on " + live.size() + " datanodes: " + String.join(", ", live));
    return live;
  }

  /** Those that take new blocks: not decommissioned, and the namenode knows what room they have. */
  private static List<String> inService(DistributedFileSystem files) throws IOException {
    return Arrays.stream(files.getDataNodeStats(DatanodeReportType.LIVE))
        .filter(each -> each.isInService() && each.getCapacity() > 0)
        .map(DatanodeInfo::getHostName)
        .sorted()
        .toList();
  }

  /** The number of records read, provided that they are those of this run. */
  private int requireRecords(DistributedFileSystem files, List<String> written, List<String> read) throws IOException {
    String other = UUID.randomUUID().toString();
    long foundOther = read.stream().filter(line -> line.startsWith(other)).count();
    if (!read.equals(written) || foundOther != 0) {
      long found = read.stream().filter(line -> line.startsWith(nonce)).count();
      throw new CheckFailure(
          "wrote %d records, read %d of them and %d of another nonce".formatted(written.size(), found, foundOther));
    }
    Path never = new Path(PREFIX + other);
    if (files.exists(never)) {
      throw new CheckFailure("there is a folder that nobody wrote: " + never);
    }
    return read.size();
  }
}
