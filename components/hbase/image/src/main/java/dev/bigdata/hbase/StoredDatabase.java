package dev.bigdata.hbase;

import java.io.IOException;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hbase.ClusterId;
import org.apache.hadoop.hbase.util.CommonFSUtils;
import org.apache.hadoop.hbase.util.FSUtils;
import org.apache.hadoop.hbase.zookeeper.ZKClusterId;
import org.apache.hadoop.hbase.zookeeper.ZKWatcher;
import org.apache.zookeeper.KeeperException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What HDFS and ZooKeeper hold of the database.
 *
 * <p>ZooKeeper says where the table of all tables is served. If the files are gone or others, the master would wait for a server
 * that never comes, without a word. This refuses first, changes nothing, and says what does not match and what to do.
 */
final class StoredDatabase {
  private static final Logger LOG = LoggerFactory.getLogger(StoredDatabase.class);
  private static final int PAUSE_MILLISECONDS = 1_000;

  private StoredDatabase() {}

  /** Ends the JVM if ZooKeeper knows another database than HDFS has; waits until both answer. */
  static void refuseIfTorn(Configuration configuration) throws InterruptedException {
    // In this order: a master that founds the database writes its files first, and another one may start meanwhile.
    String inZooKeeper = await("ZooKeeper", () -> idInZooKeeper(configuration));
    String inFiles = await("HDFS", () -> idInFiles(configuration));
    if (inZooKeeper == null || Objects.equals(inFiles, inZooKeeper)) {
      return;
    }
    System.err.printf(
        "ZooKeeper at %s%s knows the database %s, but %s has %s.%n"
            + "Nothing was changed. Bring back the HDFS data that belongs to it, or, if that is lost, delete the node %s in "
            + "ZooKeeper with everything below it, and start again.%n",
        configuration.get("hbase.zookeeper.quorum"),
        configuration.get("zookeeper.znode.parent"),
        inZooKeeper,
        configuration.get("hbase.rootdir"),
        inFiles == null ? "none" : "the database " + inFiles,
        configuration.get("zookeeper.znode.parent"));
    System.exit(1);
  }

  private static String idInFiles(Configuration configuration) throws IOException {
    FileSystem files = CommonFSUtils.getRootDirFileSystem(configuration);
    Path root = CommonFSUtils.getRootDir(configuration);
    ClusterId id = FSUtils.getClusterId(files, root);
    return id == null ? null : id.toString();
  }

  private static String idInZooKeeper(Configuration configuration) throws IOException, KeeperException {
    try (var watcher = new ZKWatcher(configuration, "stored-database", null)) {
      return ZKClusterId.readClusterIdZNode(watcher);
    }
  }

  private static String await(String name, Question question) throws InterruptedException {
    while (true) {
      try {
        return question.ask();
      } catch (IOException | KeeperException failure) {
        LOG.info("Waiting for {}: {}", name, failure.toString());
        Thread.sleep(PAUSE_MILLISECONDS);
      }
    }
  }

  private interface Question {
    String ask() throws IOException, KeeperException;
  }
}
