package dev.bigdata.hbase;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hbase.HBaseConfiguration;
import org.apache.hadoop.hbase.regionserver.HRegionServer;
import org.apache.hadoop.hbase.regionserver.HRegionServerCommandLine;
import org.apache.hadoop.hbase.util.DNS;

/**
 * Starts one region server.
 *
 * <p>Argument: the port on which it says whether it is ready, which it is once the master counts on it, and, below {@code /drain},
 * whether it may be stopped: see {@link Drain}.
 */
public final class StartRegionServer {
  private static int readinessPort;

  private StartRegionServer() {}

  public static void main(String[] arguments) throws Exception {
    readinessPort = Integer.parseInt(arguments[0]);
    Configuration configuration = HBaseConfiguration.create();
    OwnName.await(configuration.get(DNS.UNSAFE_RS_HOSTNAME_KEY));
    new HRegionServerCommandLine(ReadyRegionServer.class).doMain(new String[] {"start"});
  }

  /** Public because HBase makes it by reflection. */
  public static final class ReadyRegionServer extends HRegionServer {
    public ReadyRegionServer(Configuration configuration) throws IOException {
      super(configuration);
      new Readiness(readinessPort, this::isOnline).answer("/drain", new Drain(this)::isDone);
      new Arrival(this).begin();
    }
  }
}
