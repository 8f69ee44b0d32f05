import { useMutation } from "@tanstack/react-query";
import { Refused, signIn } from "../session/session";

export function SignIn() {
  const { mutate, isPending, error } = useMutation({
    mutationFn: (form: FormData) => signIn(String(form.get("username")), String(form.get("password"))),
  });
  return (
    <form className="sign-in" action={(form) => mutate(form)}>
      <h1>Sign in</h1>
      <label>
        Name <input name="username" autoComplete="username" required />
      </label>
      <label>
        Password <input name="password" type="password" autoComplete="current-password" required />
      </label>
      {error && (
        <p role="alert">{error instanceof Refused ? "Name or password is wrong." : "The server could not be reached."}</p>
      )}
      <button type="submit" disabled={isPending}>
        Sign in
      </button>
    </form>
  );
}
