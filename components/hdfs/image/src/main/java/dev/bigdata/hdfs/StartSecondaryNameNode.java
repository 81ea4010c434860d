package dev.bigdata.hdfs;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.NameNodeProxies;
import org.apache.hadoop.hdfs.server.namenode.CheckpointConf;
import org.apache.hadoop.hdfs.server.namenode.SafeModeException;
import org.apache.hadoop.hdfs.server.namenode.SecondaryNameNode;
import org.apache.hadoop.hdfs.server.protocol.NamenodeProtocol;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.security.UserGroupInformation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Merges the namenode's log of changes into its image, as often as {@code dfs.namenode.checkpoint.period} and {@code
 * dfs.namenode.checkpoint.txns} say.
 *
 * <p>Its folder holds copies only, and is emptied first. It ends when merging has failed several times, to begin anew.
 *
 * <p>Argument: the port on which it says whether it is ready, which it is unless merging failed the last time.
 */
public final class StartSecondaryNameNode {
  private static final Logger LOG = LoggerFactory.getLogger(StartSecondaryNameNode.class);
  private static final int MOST_FAILURES = 3;

  private final Configuration configuration = new HdfsConfiguration();
  private final CheckpointConf settings = new CheckpointConf(configuration);
  private NamenodeProtocol namenode;
  private volatile SecondaryNameNode secondary;
  /** Due at once: a pod that is often replaced would never come to it otherwise. */
  private long last = System.nanoTime() - TimeUnit.SECONDS.toNanos(settings.getPeriod());
  private volatile int failures;

  private StartSecondaryNameNode() {}

  public static void main(String[] arguments) {
    try {
      new StartSecondaryNameNode().run(Integer.parseInt(arguments[0]));
    } catch (Throwable failure) {
      LOG.error("The secondary namenode cannot run", failure);
    }
    System.exit(1);
  }

  private void run(int port) throws Exception {
    Readiness.serve(port, () -> secondary != null && failures == 0);
    NameNodes.awaitName(configuration);
    start(NameNodes.addresses(configuration).iterator().next());
    while (failures < MOST_FAILURES) {
      TimeUnit.SECONDS.sleep(settings.getCheckPeriod());
      if (isDue()) {
        merge();
      }
    }
    throw new IOException("merging has failed %d times".formatted(failures));
  }

  private void start(InetSocketAddress address) throws IOException {
    var user = UserGroupInformation.getCurrentUser();
    namenode =
        NameNodeProxies.createNonHAProxy(configuration, address, NamenodeProtocol.class, user, true).getProxy();
    FileUtil.fullyDeleteContents(new File(configuration.getTrimmed("dfs.namenode.checkpoint.dir")));
    secondary = new SecondaryNameNode(configuration);
  }

  /** False where the namenode does not answer: its return is waited for. */
  private boolean isDue() {
    try {
      long changes = namenode.getTransactionID() - namenode.getMostRecentCheckpointTxId();
      return changes >= settings.getTxnCount()
          || System.nanoTime() - last >= TimeUnit.SECONDS.toNanos(settings.getPeriod());
    } catch (IOException away) {
      LOG.info("Waiting for the namenode: {}", away.toString());
      return false;
    }
  }

  private void merge() {
    try {
      secondary.doCheckpoint();
      last = System.nanoTime();
      failures = 0;
    } catch (RemoteException refused) {
      if (SafeModeException.class.getName().equals(refused.getClassName())) {
        LOG.info("Waiting until the namenode has left its safe mode");
        return;
      }
      LOG.error("The namenode refused to have its log of changes merged", refused);
      failures++;
    } catch (IOException failure) {
      LOG.error("The log of changes could not be merged into the image", failure);
      failures++;
    }
  }
}
