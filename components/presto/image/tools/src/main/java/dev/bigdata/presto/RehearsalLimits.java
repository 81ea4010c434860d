package dev.bigdata.presto;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import javax.management.MBeanServer;
import javax.management.MBeanServerBuilder;
import javax.management.MBeanServerDelegate;

/**
 * Lets Presto start where fewer files may be open than it insists on: in builds, where the limit is 1024 and cannot be raised. For
 * the rehearsal alone, which needs some hundreds; {@code javax.management.builder.initial} names this class.
 */
public final class RehearsalLimits extends MBeanServerBuilder {
  private static final long ENOUGH = 8192;

  @Override
  public MBeanServer newMBeanServer(String domain, MBeanServer outer, MBeanServerDelegate delegate) {
    MBeanServer server = super.newMBeanServer(domain, outer, delegate);
    return (MBeanServer)
        Proxy.newProxyInstance(
            RehearsalLimits.class.getClassLoader(),
            new Class<?>[] {MBeanServer.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("getAttribute") && arguments[1].equals("MaxFileDescriptorCount")) {
                return ENOUGH;
              }
              try {
                return method.invoke(server, arguments);
              } catch (InvocationTargetException failure) {
                throw failure.getCause();
              }
            });
  }
}
