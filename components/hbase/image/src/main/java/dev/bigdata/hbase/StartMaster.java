package dev.bigdata.hbase;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hbase.HBaseConfiguration;
import org.apache.hadoop.hbase.master.HMaster;
import org.apache.hadoop.hbase.master.HMasterCommandLine;
import org.apache.hadoop.hbase.util.DNS;

/**
 * Starts the master as soon as HDFS and ZooKeeper answer, unless they hold parts of different databases.
 *
 * <p>Argument: the port on which it says whether it is ready: the active one once it has assigned its regions, any other once it
 * stands by.
 */
public final class StartMaster {
  private static int readinessPort;

  private StartMaster() {}

  public static void main(String[] arguments) throws Exception {
    readinessPort = Integer.parseInt(arguments[0]);
    Configuration configuration = HBaseConfiguration.create();
    OwnName.await(configuration.get(DNS.MASTER_HOSTNAME_KEY));
    StoredDatabase.refuseIfTorn(configuration);
    new HMasterCommandLine(ReadyMaster.class).doMain(new String[] {"start"});
  }

  /** Public because HBase makes it by reflection. */
  public static final class ReadyMaster extends HMaster {
    public ReadyMaster(Configuration configuration) throws IOException {
      super(configuration);
      new Readiness(readinessPort, () -> isActiveMaster() ? isInitialized() : standsBy());
    }

    private boolean standsBy() {
      return getActiveMaster().isPresent() && getBackupMasters().contains(getServerName());
    }
  }
}
