package dev.bigdata.hdfs;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.protocol.DatanodeInfo;
import org.apache.hadoop.hdfs.protocol.HdfsConstants.DatanodeReportType;
import org.apache.hadoop.hdfs.server.datanode.DataNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the namenode has learned from a datanode that starts which blocks it has: before that, its replicas do not count, and the
 * next datanode must not go.
 */
final class BlockReport {
  private static final Logger LOG = LoggerFactory.getLogger(BlockReport.class);

  private final Configuration configuration;
  /** When the namenode had the last report of a former start, by its clock. */
  private final Map<String, Long> before;
  private volatile boolean arrived;

  /** To be made before the datanode starts. */
  BlockReport(Configuration configuration) throws InterruptedException {
    this.configuration = configuration;
    Map<String, Long> known = lastReports();
    while (known == null) {
      TimeUnit.SECONDS.sleep(1);
      known = lastReports();
    }
    before = known;
  }

  boolean hasArrived() {
    return arrived;
  }

  /** Looks for it in the background. */
  void await(DataNode datanode) {
    Thread thread = new Thread(() -> look(datanode), "Block report");
    thread.setDaemon(true);
    thread.start();
  }

  private void look(DataNode datanode) {
    try {
      while (!arrived) {
        Map<String, Long> now = lastReports();
        // It has one once it has registered.
        String id = datanode.getDatanodeUuid();
        long reported = now == null ? 0 : now.getOrDefault(id, 0L);
        arrived = reported != 0 && !Objects.equals(reported, before.get(id));
        TimeUnit.MILLISECONDS.sleep(500);
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  /** By datanode; null if the namenode does not answer. */
  private Map<String, Long> lastReports() {
    try (var files = (DistributedFileSystem) FileSystem.newInstance(configuration)) {
      Map<String, Long> times = new HashMap<>();
      for (DatanodeInfo each : files.getDataNodeStats(DatanodeReportType.ALL)) {
        times.put(each.getDatanodeUuid(), each.getLastBlockReportTime());
      }
      return times;
    } catch (IOException away) {
      LOG.info("Waiting for the namenode: {}", away.toString());
      return null;
    }
  }
}
