package dev.bigdata.hbase;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The name under which others find this pod: it appears shortly after the pod has started, and HBase dies without it. */
final class OwnName {
  private static final Logger LOG = LoggerFactory.getLogger(OwnName.class);
  private static final int PAUSE_MILLISECONDS = 1_000;

  private OwnName() {}

  /** Waits until the name has an address. */
  static void await(String name) throws InterruptedException {
    while (!isKnown(name)) {
      LOG.info("Waiting until the name {} is known", name);
      Thread.sleep(PAUSE_MILLISECONDS);
    }
  }

  /** Whether the name has an address: it has as long as the pod and its Service are there. */
  static boolean isKnown(String name) {
    try {
      InetAddress.getByName(name);
      return true;
    } catch (UnknownHostException absent) {
      return false;
    }
  }
}
