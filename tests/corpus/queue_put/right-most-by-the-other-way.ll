define dso_local i32 @queue_put(ptr noundef %0, i64 %1) local_unnamed_addr nounwind uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" {
  %3 = trunc i64 %1 to i32
  %4 = lshr i64 %1, 32
  %5 = trunc nuw i64 %4 to i32
  %6 = getelementptr inbounds i8, ptr %0, i64 616
  %7 = atomicrmw add ptr %6, i64 1 monotonic, align 8
  %8 = tail call i32 @pthread_mutex_lock(ptr noundef %0) nounwind
  %9 = icmp eq i32 %8, 0
  br i1 %9, label %10, label %61

10:                                               ; preds = %2
  %11 = getelementptr inbounds i8, ptr %0, i64 612
  %12 = load i32, ptr %11, align 4
  %13 = icmp eq i32 %12, 0
  br i1 %13, label %14, label %58

14:                                               ; preds = %10
  %15 = getelementptr inbounds i8, ptr %0, i64 600
  %16 = load i32, ptr %15, align 8
  %17 = icmp eq i32 %16, 64
  br i1 %17, label %23, label %18

18:                                               ; preds = %14
  %19 = getelementptr inbounds i8, ptr %0, i64 88
  %20 = icmp eq i32 %16, 0
  br i1 %20, label %43, label %21

21:                                               ; preds = %18
  %22 = zext i32 %16 to i64
  br label %27

23:                                               ; preds = %14
  %24 = getelementptr inbounds i8, ptr %0, i64 608
  %25 = load i32, ptr %24, align 8
  %26 = sub i32 %25, -1
  store i32 %26, ptr %24, align 8
  br label %58

27:                                               ; preds = %21, %35
  %28 = phi i64 [ %22, %21 ], [ %29, %35 ]
  %29 = add nsw i64 %28, -1
  %30 = and i64 %29, 4294967295
  %31 = getelementptr inbounds [64 x %struct.job], ptr %19, i64 0, i64 %30
  %32 = getelementptr inbounds i8, ptr %31, i64 4
  %33 = load i32, ptr %32, align 4
  %34 = icmp slt i32 %33, %5
  br i1 %34, label %40, label %35

35:                                               ; preds = %27
  %36 = getelementptr inbounds [64 x %struct.job], ptr %19, i64 0, i64 %28
  %37 = load i64, ptr %31, align 8
  store i64 %37, ptr %36, align 8
  %38 = and i64 %29, 4294967295
  %39 = icmp eq i64 %38, 0
  br i1 %39, label %40, label %27

40:                                               ; preds = %35, %27
  %41 = phi i64 [ %28, %27 ], [ 0, %35 ]
  %42 = and i64 %41, 4294967295
  br label %43

43:                                               ; preds = %40, %18
  %44 = phi i64 [ 0, %18 ], [ %42, %40 ]
  %45 = getelementptr inbounds [64 x %struct.job], ptr %19, i64 0, i64 %44
  store i32 %3, ptr %45, align 8
  %46 = getelementptr inbounds i8, ptr %45, i64 4
  store i32 %5, ptr %46, align 4
  %47 = load i32, ptr %15, align 8
  %48 = add i32 %47, 1
  store i32 %48, ptr %15, align 8
  %49 = getelementptr inbounds i8, ptr %0, i64 604
  %50 = load i32, ptr %49, align 4
  %51 = icmp ult i32 %50, %48
  br i1 %51, label %52, label %53

52:                                               ; preds = %43
  store i32 %48, ptr %49, align 4
  br label %53

53:                                               ; preds = %52, %43
  %54 = icmp eq i32 %47, 0
  br i1 %54, label %55, label %58

55:                                               ; preds = %53
  %56 = getelementptr inbounds i8, ptr %0, i64 40
  %57 = tail call i32 @pthread_cond_signal(ptr noundef nonnull %56) nounwind
  br label %58

58:                                               ; preds = %53, %55, %10, %23
  %59 = phi i32 [ 11, %23 ], [ 32, %10 ], [ 0, %55 ], [ 0, %53 ]
  %60 = tail call i32 @pthread_mutex_unlock(ptr noundef nonnull %0) nounwind
  br label %61

61:                                               ; preds = %2, %58
  %62 = phi i32 [ %59, %58 ], [ %8, %2 ]
  ret i32 %62
}
; verdict: passed
