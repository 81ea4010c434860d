package dev.bigdata.hdfs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.DFSUtilClient;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.server.namenode.FSNamesystem;
import org.apache.hadoop.hdfs.server.namenode.NameNode;
import org.apache.hadoop.metrics2.impl.MetricsSystemImpl;
import org.apache.hadoop.metrics2.lib.DefaultMetricsSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the namenode, and formats its volume before if it is empty: both in one JVM.
 *
 * <p>Argument: the port on which it says whether it is ready, which it is once it has left its safe mode.
 */
public final class StartNameNode {
  private static final Logger LOG = LoggerFactory.getLogger(StartNameNode.class);

  private StartNameNode() {}

  public static void main(String[] arguments) {
    try {
      var configuration = new HdfsConfiguration();
      awaitOwnName(configuration);
      NameNode namenode = start(configuration);
      Readiness.serve(Integer.parseInt(arguments[0]), () -> !namenode.isInSafeMode());
      namenode.join();
    } catch (Throwable failure) {
      LOG.error("The namenode cannot run", failure);
      System.exit(1);
    }
  }

  /** Starts it; formats its folder first if nothing was ever stored there. */
  static NameNode start(Configuration configuration) throws IOException {
    if (isEmpty(configuration)) {
      LOG.info("The volume is empty: formatting it");
      NameNode.format(configuration);
      // Formatting registers the metrics of a namenode; the one that is started would find their names taken.
      DefaultMetricsSystem.shutdown();
      DefaultMetricsSystem.setInstance(new MetricsSystemImpl());
    }
    return NameNode.createNameNode(new String[0], configuration);
  }

  /** The name that datanodes use for this namenode appears shortly after its pod has started. */
  private static void awaitOwnName(Configuration configuration) throws InterruptedException {
    InetSocketAddress address = DFSUtilClient.getNNAddress(configuration);
    while (address.isUnresolved()) {
      LOG.info("Waiting until the name {} is known", address.getHostString());
      Thread.sleep(1_000);
      address = DFSUtilClient.getNNAddress(configuration);
    }
  }

  /**
   * Whether nothing was ever stored: there is neither an image nor a log of changes. A format that was interrupted has none of
   * both, whatever else it left; where one of both is missing, data was lost and nothing must be overwritten.
   */
  private static boolean isEmpty(Configuration configuration) throws IOException {
    for (URI folder : FSNamesystem.getNamespaceDirs(configuration)) {
      Path current = Path.of(folder).resolve("current");
      if (Files.exists(current)) {
        try (Stream<Path> files = Files.list(current)) {
          if (files.map(file -> file.getFileName().toString()).anyMatch(StartNameNode::isNamespaceData)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private static boolean isNamespaceData(String name) {
    return name.matches("fsimage_\\d+") || name.startsWith("edits_");
  }
}
