import { QueryClientProvider } from "@tanstack/react-query";
import { useEffect } from "react";
import { Monitor } from "./components/Monitor";
import { SignIn } from "./components/SignIn";
import { queryClient } from "./data/queries";
import { useSession } from "./session/session";

export function App() {
  const signedIn = useSession() !== null;
  useEffect(() => {
    document.documentElement.dataset.podiState = signedIn ? "ready" : "signed-out";
  }, [signedIn]);
  return <QueryClientProvider client={queryClient}>{signedIn ? <Monitor /> : <SignIn />}</QueryClientProvider>;
}
