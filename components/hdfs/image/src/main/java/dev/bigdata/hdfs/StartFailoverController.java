package dev.bigdata.hdfs;

import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.tools.DFSZKFailoverController;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the namenode of its pod take part in the election of the active one of two, as long as it is healthy: in ZooKeeper, below a
 * node that is made first if it is not there.
 */
public final class StartFailoverController {
  private static final Logger LOG = LoggerFactory.getLogger(StartFailoverController.class);
  private static final int FORMATTED = 0;
  /** Hadoop's answer where the node is there already. */
  private static final int FORMATTED_BEFORE = 2;

  private StartFailoverController() {}

  public static void main(String[] arguments) {
    try {
      Configuration configuration = new HdfsConfiguration();
      NameNodes.beThisPod(configuration);
      NameNodes.awaitName(configuration);
      int code = format(configuration);
      while (code != FORMATTED && code != FORMATTED_BEFORE) {
        LOG.info("Waiting for ZooKeeper at {}", configuration.get("ha.zookeeper.quorum"));
        TimeUnit.SECONDS.sleep(1);
        code = format(configuration);
      }
      System.exit(DFSZKFailoverController.create(new Configuration(configuration)).run(new String[0]));
    } catch (Throwable failure) {
      LOG.error("The failover controller cannot run", failure);
      System.exit(1);
    }
  }

  private static int format(Configuration configuration) throws Exception {
    var controller = DFSZKFailoverController.create(new Configuration(configuration));
    return controller.run(new String[] {"-formatZK", "-nonInteractive"});
  }
}
