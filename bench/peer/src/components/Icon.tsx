const PATHS = {
  queued: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 2.5V8l2.5 1.5",
  running: "M8 2a6 6 0 1 1-6 6",
  succeeded: "m3 8.5 3.5 3.5L13 4.5",
  failed: "m4 4 8 8m0-8-8 8",
  cancelled: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM4 4l8 8",
  unknown: "M6 6a2 2 0 1 1 2.5 2c-.5.2-.5.6-.5 1.200M8 12v.1",
  image: "M2 3h12v10H2Zm0 8 3.500-4 3 3 2-2L14 11",
  bolt: "M9 1.500 3.500 9H8l-1 5.500L12.500 7H8Z",
  refresh: "M13 8a5 5 0 1 1-1.500-3.500M13 2v3h-3",
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
