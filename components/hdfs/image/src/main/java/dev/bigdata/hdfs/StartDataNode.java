package dev.bigdata.hdfs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonConfigurationKeys;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.protocolPB.DatanodeProtocolClientSideTranslatorPB;
import org.apache.hadoop.hdfs.server.datanode.DataNode;
import org.apache.hadoop.hdfs.server.datanode.StorageLocation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a datanode as soon as a namenode answers, unless its blocks belong to another namenode.
 *
 * <p>The datanode itself would die over and over with an exception in the middle of its log. This refuses first, changes nothing,
 * and says as its last words what does not match and what to do.
 *
 * <p>Argument: the port on which it says whether it is ready, which it is once the namenode counts on it and
 * knows its blocks.
 */
public final class StartDataNode {
  private static final Logger LOG = LoggerFactory.getLogger(StartDataNode.class);
  private static final int PAUSE_MILLISECONDS = 1_000;

  private StartDataNode() {}

  public static void main(String[] arguments) {
    try {
      var configuration = new HdfsConfiguration();
      clusterOfNameNode(configuration);
      var report = new BlockReport(configuration);
      DataNode datanode = start(configuration);
      report.await(datanode);
      Readiness.serve(
          Integer.parseInt(arguments[0]), () -> datanode.isDatanodeFullyStarted(true) && report.hasArrived());
      while (datanode.isDatanodeUp()) {
        Thread.sleep(PAUSE_MILLISECONDS);
      }
      throw new IOException("it has stopped serving its namenode");
    } catch (Throwable failure) {
      LOG.error("The datanode cannot run", failure);
      System.exit(1);
    }
  }

  /** Starts it as soon as its namenode answers; ends the JVM if its blocks belong to another one. */
  static DataNode start(Configuration configuration) throws IOException, InterruptedException {
    String wanted = clusterOfNameNode(configuration);
    for (StorageLocation folder : DataNode.getStorageLocations(configuration)) {
      refuseStrangeBlocks(Path.of(folder.getUri()), wanted);
    }
    return DataNode.createDataNode(new String[0], configuration);
  }

  /** What the namenode calls the cluster; waits until it answers. */
  private static String clusterOfNameNode(Configuration configuration) throws IOException, InterruptedException {
    var impatient = new Configuration(configuration);
    impatient.setInt(CommonConfigurationKeys.IPC_CLIENT_CONNECT_MAX_RETRIES_KEY, 0);
    while (true) {
      for (InetSocketAddress address : NameNodes.addresses(configuration)) {
        try (var namenode = new DatanodeProtocolClientSideTranslatorPB(address, impatient)) {
          return namenode.versionRequest().getClusterID();
        } catch (IOException | IllegalArgumentException failure) {
          LOG.info("Waiting for the namenode at {}: {}", address, failure.toString());
        }
      }
      Thread.sleep(PAUSE_MILLISECONDS);
    }
  }

  private static void refuseStrangeBlocks(Path folder, String wanted) throws IOException {
    Optional<String> stored = clusterOfBlocks(folder);
    if (stored.isPresent() && !stored.get().equals(wanted)) {
      System.err.printf(
          "The blocks in %s belong to the HDFS cluster %s, but the namenode has %s.%n"
              + "Nothing was changed. Bring back the namenode's volume that belongs to them, or, if the files may be lost, "
              + "delete the claims of this component and install it again.%n",
          folder, stored.get(), wanted);
      System.exit(1);
    }
  }

  /** The cluster that the blocks were written for; none for an empty volume. */
  private static Optional<String> clusterOfBlocks(Path folder) throws IOException {
    Path file = folder.resolve("current/VERSION");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return Optional.ofNullable(properties.getProperty("clusterID"));
  }
}
