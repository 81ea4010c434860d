package dev.bigdata.hdfs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.protocol.DatanodeInfo;
import org.apache.hadoop.hdfs.protocol.HdfsConstants.DatanodeReportType;

/**
 * Decommissions the datanodes that are too many, before their pods go: when it ends, no block has its only replicas on them. Those that
 * were to go before, and are not any more, are taken back.
 *
 * <p>Arguments: how many datanodes there are to be, the host of the namenode, and that of the datanode that would be the first too
 * many. The last line of output is a JSON object of facts.
 */
public final class Resize {
  /** Looks, a second apart, after which a cluster without namenode and pods that are to go is let be: what comes may mend it. */
  private static final int LOOKS_ALONE = 20;

  /** A name that each cluster has: where it is not known, no name is. */
  private static final String ALWAYS_THERE = "kubernetes.default.svc";

  private static final int RPC_PORT = 8020;
  private static final int OWN_PORT = 9871;
  private static final int DONE = 204;
  private static final int OLDER = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Configuration configuration = new HdfsConfiguration();
  private final int size;
  private final URI namenode;
  private final String next;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private long most;
  private long furthest;
  private String said = "";

  private Resize(String[] arguments) {
    size = Integer.parseInt(arguments[0]);
    namenode = URI.create("http://%s:%d/datanodes".formatted(arguments[1], OWN_PORT));
    // Of an install that failed before, there may be no configuration.
    configuration.set("fs.defaultFS", "hdfs://%s:%d".formatted(arguments[1], RPC_PORT));
    next = arguments[2];
  }

  public static void main(String[] arguments) {
    CheckProgram.run(() -> new Resize(arguments).run());
  }

  private void run() throws Exception {
    if (isThere(next)) {
      refuseTooFew();
    }
    if (!tell()) {
      System.out.printf("{\"datanodes\":%d,\"serving\":false}%n", size);
      return;
    }
    while (!isDone()) {
      TimeUnit.SECONDS.sleep(1);
    }
    System.out.printf("{\"datanodes\":%d,\"serving\":true}%n", size);
  }

  /** A datanode is never done where those that stay are fewer than the replicas that files have by default. */
  private void refuseTooFew() throws Exception {
    Integer replicas = null;
    while (replicas == null) {
      try (var files = files()) {
        replicas = (int) files.getServerDefaults().getReplication();
      } catch (IOException away) {
        say("waits for the namenode: " + away);
        TimeUnit.SECONDS.sleep(1);
      }
    }
    if (replicas > size) {
      throw new CheckFailure(
          "files have %d replicas by default, and %d datanodes would be left; set dfs.replication in hdfsSite first"
              .formatted(replicas, size));
    }
  }

  /** Tells the namenode how many there are to be; false if it is not there, and none is to go. */
  private boolean tell() throws Exception {
    for (int looks = 0; looks < LOOKS_ALONE || isThere(next); looks++) {
      try {
        int status = put();
        if (status == DONE) {
          return true;
        }
        if (status == OLDER) {
          refuseOlder();
          return false;
        }
        // It starts, which may take long.
        looks = 0;
        say("waits until the namenode has started");
      } catch (IOException away) {
        say("looks for the namenode: " + away);
      }
      TimeUnit.SECONDS.sleep(1);
    }
    return false;
  }

  private int put() throws IOException, InterruptedException {
    var body = HttpRequest.BodyPublishers.ofString(Integer.toString(size));
    var request = HttpRequest.newBuilder(namenode).timeout(PATIENCE).PUT(body).build();
    return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private void refuseOlder() throws CheckFailure {
    if (isThere(next)) {
      throw new CheckFailure(
          "the namenode is of a version that takes no number of datanodes; bring this version with as many as there are, and have"
              + " fewer in a second step");
    }
  }

  /** Whether all that are too many are decommissioned; says what is waited for if not. */
  private boolean isDone() throws InterruptedException {
    try (var files = files()) {
      List<DatanodeInfo> tooMany =
          Arrays.stream(files.getDataNodeStats(DatanodeReportType.ALL)).filter(each -> Members.number(each) >= size).toList();
      List<String> busy =
          tooMany.stream().filter(each -> !each.isDecommissioned()).map(DatanodeInfo::getHostName).sorted().toList();
      if (!busy.isEmpty()) {
        tellProgress(files, busy);
        return false;
      }
      long missing = files.getMissingBlocksCount();
      if (missing > 0 && isThere(next)) {
        say("waits for %d blocks that no datanode has, which may be on %s".formatted(missing, namesOf(tooMany)));
        return false;
      }
      return true;
    } catch (IOException away) {
      say("waits for the namenode: " + away);
      return false;
    }
  }

  private void tellProgress(DistributedFileSystem files, List<String> busy) throws IOException {
    say("has the blocks of these replicated elsewhere: " + String.join(", ", busy));
    long left = files.getClient().getNamenode().getReplicatedBlockStats().getLowRedundancyBlocks();
    most = Math.max(most, left);
    if (most - left > furthest) {
      furthest = most - left;
      System.out.printf("progress: %d of %d blocks%n", furthest, most);
    }
  }

  private static List<String> namesOf(List<DatanodeInfo> datanodes) {
    return datanodes.stream().map(DatanodeInfo::getHostName).sorted().toList();
  }

  private DistributedFileSystem files() throws IOException {
    return (DistributedFileSystem) FileSystem.newInstance(configuration);
  }

  /** Whether a pod has an address, or nobody can say. */
  private static boolean isThere(String host) {
    return isKnown(host) || !isKnown(ALWAYS_THERE);
  }

  private static boolean isKnown(String host) {
    try {
      return InetAddress.getByName(host) != null;
    } catch (UnknownHostException absent) {
      return false;
    }
  }

  private void say(String now) {
    if (!now.equals(said)) {
      System.out.println(now);
      said = now;
    }
  }
}
