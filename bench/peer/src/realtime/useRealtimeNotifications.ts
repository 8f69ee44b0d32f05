import { useCallback, useEffect, useRef } from "react";
import { refreshAll } from "../data/queries";
import { DISABLE_WS } from "../settings";
import { Channel } from "./channel";
import { setTransport } from "./transport";

/** Run the page's one socket while mounted; returns what the refresh button does. */
export function useRealtimeNotifications(): () => void {
  const channel = useRef<Channel>(undefined);
  useEffect(() => {
    if (DISABLE_WS) {
      setTransport("polling");
      return () => setTransport("off");
    }
    const running = new Channel();
    channel.current = running;
    running.start();
    return () => {
      channel.current = undefined;
      running.close();
    };
  }, []);
  return useCallback(() => {
    refreshAll();
    channel.current?.refresh();
  }, []);
}
