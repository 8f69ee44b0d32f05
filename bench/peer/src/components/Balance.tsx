import { useEffect, useRef } from "react";
import { usePoints } from "../data/queries";

const MOVES = {
  up: [{ color: "#15803d", translate: "0 -4px" }, {}],
  down: [{ color: "#b91c1c", translate: "0 4px" }, {}],
};

/** The points; a change of the balance shows in which direction it went. */
export function Balance() {
  const { data } = usePoints();
  const total = data?.totalPoints;
  const element = useRef<HTMLSpanElement>(null);
  const before = useRef(total);
  useEffect(() => {
    const known = before.current;
    before.current = total;
    if (total === undefined || known === undefined || total === known) return;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    element.current?.animate(total > known ? MOVES.up : MOVES.down, { duration: 600, easing: "ease-out" });
  }, [total]);
  return (
    <div className="points">
      <span ref={element} className="num" data-podi="balance">
        {total}
      </span>{" "}
      points
      {data !== undefined && data.frozenPoints > 0 && <span className="num"> · {data.frozenPoints} frozen</span>}
      {data !== undefined && data.tempPoints > 0 && <span className="num"> · {data.tempPoints} temporary</span>}
    </div>
  );
}
